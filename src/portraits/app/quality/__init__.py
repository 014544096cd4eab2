"""Quality: how good the rows are, by rule, by source and over the runs, and what bad ones hurt."""
