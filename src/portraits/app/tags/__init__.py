"""Tags: the catalogue, what one means and is made of, tags made without code or put on by hand."""
