"""Addresses of help, and of the gallery of components, which only development serves."""

from django.urls import path

from cqrs.portal.web import gallery, helping

urlpatterns = [
    path("help/", helping.contents, name="help"),
    path("help/accessibility/", helping.accessibility, name="accessibility"),
    path("help/pictures/<path:name>", helping.picture, name="help-picture"),
    path("help/<path:page>/", helping.page, name="help-page"),
    path("gallery/", gallery.gallery, name="gallery"),
]
