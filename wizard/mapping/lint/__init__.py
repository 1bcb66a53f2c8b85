"""What is wrong with a mapping and its scope, told with the engine that evaluates them."""
