"""The data of a project: bringing items in, changing them, finding them."""
