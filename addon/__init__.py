"""Tintype for Blender: brings an archive back to voice and face, as a film that stays editable.

Inside Blender this is an extension; for headless runs and tests the same folder is the package ``tintype_addon``.
Nothing of Blender is imported before :func:`register`, so that ``client`` loads anywhere.
"""


def register() -> None:
    """Add our classes, properties and handlers to Blender.  Starts nothing and reads nothing."""
    from . import registration

    registration.register()


def unregister() -> None:
    """Leave the engine, and take everything back that :func:`register` added."""
    from . import registration

    registration.unregister()
