"""What if: small patches over things as they stood, their outcomes, and the difference between two."""
