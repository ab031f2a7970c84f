"""What a release is made of, and what it must pass before it is one: python -m release."""
