"""Scripts: what writes the reference and the pictures of the readmes."""
