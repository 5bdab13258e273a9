"""How every form is drawn: label, hint, error above the field, and nothing that the style policy would block."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting

__all__ = ["PlainRenderer"]


class PlainRenderer(TemplatesSetting):
    """Draw forms and fields with the templates in ui/."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
