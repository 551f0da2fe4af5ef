"""Addresses about people, for those who look after them."""

from django.urls import path

from cqrs.portal.web.people import confirming, deciding, inviting, views

app_name = "people"
urlpatterns = [
    path("", views.people, name="list"),
    path("invite/", inviting.invite, name="invite"),
    path("create/", inviting.create, name="create"),
    path("requests/", deciding.requests, name="requests"),
    path("requests/<int:request_id>/", deciding.decide, name="request"),
    path("confirm/", confirming.recertify, name="recertify"),
    path("standing-in/", confirming.standing_in, name="standing-in"),
    path("standing-in/<int:grant_id>/end/", confirming.take_back, name="take-back"),
    path("invitations/<int:invitation_id>/renew/", inviting.renew, name="renew"),
    path("invitations/<int:invitation_id>/withdraw/", inviting.withdraw, name="withdraw"),
    path("<int:user_id>/", views.person, name="person"),
    path("<int:user_id>/unlock/", views.unlock, name="unlock"),
    path("<int:user_id>/second-factor/", views.second_factor, name="second-factor"),
    path("<int:user_id>/switch/", views.switch, name="switch"),
    path("<int:user_id>/give/<int:organisation_id>/", views.give, name="give"),
    path("<int:user_id>/unlink/<int:organisation_id>/", views.unlink, name="unlink"),
    path("<int:user_id>/end/<int:grant_id>/", views.end, name="end"),
]
