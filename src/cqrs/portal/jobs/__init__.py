"""Background work: a door that calls the rooms' actions, never their models."""
