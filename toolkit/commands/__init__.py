"""One module per command or command group; none holds a business rule."""
