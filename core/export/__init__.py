"""Results as files: figures as PNG, SVG and PDF, tables as CSV, XLSX, DOCX and HTML, each with its origin."""

from core.export.contents import CONTENTS, content, in_parts, shift_name
from core.export.files import FIGURE_FORMATS, TABLE_FORMATS, file, files, zipped
from core.export.label import Label
from core.export.look import Content, Look
from core.export.picture import Size
from core.export.presets import PRESETS, RESOLUTIONS, sized

__all__ = [
    "CONTENTS",
    "FIGURE_FORMATS",
    "PRESETS",
    "RESOLUTIONS",
    "TABLE_FORMATS",
    "Content",
    "Label",
    "Look",
    "Size",
    "content",
    "file",
    "files",
    "in_parts",
    "shift_name",
    "sized",
    "zipped",
]
