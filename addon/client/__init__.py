"""What the add-on knows of the engine: the process, its messages and its documents.  No bpy here."""
