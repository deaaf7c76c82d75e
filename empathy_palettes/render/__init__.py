"""What is seen: ISF shaders on the GPU (moderngl)."""
