"""The skin: doors, forms, pages. The only room that knows HTTP and templates.

One module per family of pages. A *door* says who may knock and hands over a `Visit`; a route
reads, or writes inside one visible `with transaction(...)`; `render.page` answers. Uses all rooms.
"""
