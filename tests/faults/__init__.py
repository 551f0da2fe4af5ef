"""Things are broken on purpose: what must hold, holds."""
