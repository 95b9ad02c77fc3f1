"""Generating the film, and putting it on the timeline."""

from __future__ import annotations

import bpy

from ..client.messages import JobStatus
from ..engine_session import session
from .tab import SequencerTab
from .wrapping import draw_problem, draw_text


def progress_line(job: JobStatus) -> str:
    """What the progress bar says."""
    if job.state == "queued":
        return "Waiting …"
    what = f"{job.stage_title}: {job.message}" if job.message else job.stage_title
    return f"{round(100 * job.fraction)} %  {what}".strip()


def summary_line(job: JobStatus) -> str:
    """What the job has done, when it is done."""
    made, reused = (job.result or {}).get("made", 0), (job.result or {}).get("reused", 0)
    return "Nothing had changed" if not made else f"Ready: {made} results made, {reused} reused"


class TINTYPE_PT_generate(SequencerTab, bpy.types.Panel):
    bl_label = "Generate"
    bl_idname = "TINTYPE_PT_generate"
    bl_parent_id = "TINTYPE_PT_engine"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return session().film is not None or bool(context.scene.tintype.film_path)

    def draw(self, context: bpy.types.Context) -> None:
        job = session().job
        if session().working and job is not None:
            self.layout.progress(factor=job.fraction, text=progress_line(job))
            self.layout.operator("tintype.cancel", text="Cancel", icon="X")
        elif session().state == "ready":
            row = self.layout.row(align=True)
            row.operator("tintype.generate", text="Generate", icon="PLAY").only_active = False
            row.operator("tintype.generate", text="Active Line").only_active = True
        if job is not None and job.state == "done":
            draw_text(self.layout, context, summary_line(job), "CHECKMARK")
        elif job is not None and job.state == "cancelled":
            draw_text(self.layout, context, "Stopped. What was finished is kept.", "PAUSE")
        elif job is not None and job.error is not None:
            draw_problem(self.layout, context, job.error.message, job.error.hint)
        self.layout.operator("tintype.build_timeline", text="Build Timeline", icon="SEQ_STRIP_DUPLICATE")
