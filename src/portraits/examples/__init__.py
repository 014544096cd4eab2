"""Two example companies: one made from a seed with its truth kept, one of public grocery data."""
