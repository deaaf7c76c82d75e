"""Who is here and what they feel together and apart (numpy only)."""
