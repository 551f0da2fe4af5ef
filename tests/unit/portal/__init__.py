"""The portal's parts that need no table."""
