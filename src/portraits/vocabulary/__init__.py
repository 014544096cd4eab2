"""The words of the house: canonical tables, definitions, families of kinds, errors."""
