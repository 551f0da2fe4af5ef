// Passkeys: the browser's part of adding one and of signing in with one. Forms carry the options.

const bytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};
const text = (buffer) => {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte));
  return btoa(letters.join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

// Only these are bytes: the id of the site (rp.id) is its name.
const given = (asked) => {
  const key = { ...asked, challenge: bytes(asked.challenge) };
  if (asked.user) key.user = { ...asked.user, id: bytes(asked.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (asked[list]) key[list] = asked[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return { publicKey: key };
};

const answer = (made) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  return JSON.stringify({
    type: made.type,
    id: made.id,
    rawId: text(made.rawId),
    response,
    clientExtensionResults: made.getClientExtensionResults(),
  });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const status = form.querySelector("[data-passkey-status]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!window.PublicKeyCredential) {
      status.textContent = "This browser has no passkeys. Use an authenticator app instead.";
      return;
    }
    const options = given(JSON.parse(form.dataset.options).publicKey);
    try {
      const made = await navigator.credentials[form.dataset.passkey](options);
      form.querySelector("[name=credential]").value = answer(made);
      form.submit();
    } catch {
      status.textContent = "Nothing was confirmed, so nothing was sent. Try again, or use another way.";
    }
  });
}
