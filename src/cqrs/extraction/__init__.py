"""What the records say: counts drawn from patients. So far, only the made-up ones."""
