"""The skin: doors, forms, pages. The only room that knows HTTP and templates.

One module per family of pages. A *door* says who may knock and hands over a `Visit`; a route
reads, or writes inside one visible `with transaction(...)`; `render.page` answers. Uses all rooms.
"""

from starlette.convertors import IntegerConvertor, register_url_convertor


class _Number(IntegerConvertor):
    # Python turns no text of thousands of digits into a number, and no column holds it.
    regex = "[0-9]{1,9}"


register_url_convertor("int", _Number())
