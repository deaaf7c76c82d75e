"""Many messages read at a time: where they lie, who they are about, what they say."""
