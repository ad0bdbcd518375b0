"""The look of the page: system fonts only, a quiet palette, one style sheet."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

STYLE = Path(__file__).parent / "page.css"
FONTS = ("WenQuanYi Micro Hei", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC",
         "system-ui", "sans-serif")  # fmt: skip
MONO = ("Noto Sans Mono CJK SC", "WenQuanYi Micro Hei Mono", "Consolas", "monospace")


def theme() -> gr.themes.Base:
    """Stone and jade. Fonts are names of the reader's own fonts: nothing is fetched for them."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_sm,
        text_size=gr.themes.sizes.text_md,
        font=FONTS,
        font_mono=MONO,
    ).set(
        body_background_fill="#f7f6f3",
        color_accent="#1f6f63",
        border_color_accent="#1f6f63",
        button_primary_background_fill="#1f6f63",
        button_primary_background_fill_hover="#185a50",
        button_primary_text_color="#ffffff",
    )
