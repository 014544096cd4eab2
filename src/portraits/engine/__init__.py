"""The engine: workspace, expressions, warehouse, store and runs."""
