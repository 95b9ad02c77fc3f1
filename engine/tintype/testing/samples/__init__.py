"""Things to try stages on, drawn and synthesised by formula: nobody's face, nobody's voice, nobody's copyright."""
