"""JSON-RPC 2.0 over standard input and output, for the add-on."""
