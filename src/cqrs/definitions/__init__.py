"""What a quality service says: its definition as data, checked, versioned and put into words."""
