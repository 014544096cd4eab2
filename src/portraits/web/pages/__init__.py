"""The pages, a module each; every page is one address that works as a link."""
