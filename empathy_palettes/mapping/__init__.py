"""What it means: formulas, palettes and motion (numpy only)."""
