// Passkeys: the browser's part of adding one and of signing in with one. Forms carry the options.

const FIELDS = new Set(["challenge", "id", "rawId"]);

const bytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};
const text = (buffer) => {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte));
  return btoa(letters.join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const given = (value, key = "") => {
  if (Array.isArray(value)) return value.map((one) => given(one));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, given(v, k)]));
  }
  return FIELDS.has(key) && typeof value === "string" ? bytes(value) : value;
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
    const options = given(JSON.parse(form.dataset.options));
    // The relying party is named by its host; only credentials and challenge are bytes.
    const asked = JSON.parse(form.dataset.options).publicKey;
    options.publicKey.rp = asked.rp;
    if (asked.user) options.publicKey.user.id = bytes(asked.user.id);
    try {
      const made = await navigator.credentials[form.dataset.passkey](options);
      form.querySelector("[name=credential]").value = answer(made);
      form.submit();
    } catch {
      status.textContent = "Nothing was confirmed, so nothing was sent. Try again, or use another way.";
    }
  });
}
