"""The page at `/`: one person, and what each agency can see."""
