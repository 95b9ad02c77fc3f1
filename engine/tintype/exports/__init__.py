"""The edit as other programs read it: OpenTimelineIO, subtitles, the cue sheet."""
