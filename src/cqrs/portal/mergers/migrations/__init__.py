"""Tables of this room, with the constraints and triggers that defend them."""
