// Passkeys (W3C WebAuthn): ask the browser, put its answer into the form, send the form.
//   <form data-passkey="create">   the options stand in <script id="passkey-options" type="application/json">
//   <form data-passkey="use">      the same; with data-fetch they are fetched from the form's own address
"use strict";

const toBytes = (text) => {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
};

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withIdsAsBytes = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

async function create(options) {
  const key = options.publicKey;
  key.challenge = toBytes(key.challenge);
  key.user.id = toBytes(key.user.id);
  key.excludeCredentials = withIdsAsBytes(key.excludeCredentials);
  const made = await navigator.credentials.create({ publicKey: key });
  return answer(made, {
    attestationObject: toText(made.response.attestationObject),
    transports: made.response.getTransports ? made.response.getTransports() : [],
  });
}

async function use(options) {
  const key = options.publicKey;
  key.challenge = toBytes(key.challenge);
  key.allowCredentials = withIdsAsBytes(key.allowCredentials);
  const shown = await navigator.credentials.get({ publicKey: key });
  const handle = shown.response.userHandle;
  return answer(shown, {
    authenticatorData: toText(shown.response.authenticatorData),
    signature: toText(shown.response.signature),
    userHandle: handle ? toText(handle) : null,
  });
}

function answer(credential, response) {
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON: toText(credential.response.clientDataJSON), ...response },
  };
}

async function optionsOf(form) {
  const found = form.hasAttribute("data-fetch") ? await fetched(form.action) : written();
  return found.creation_options || found.request_options;
}

const written = () => JSON.parse(document.getElementById("passkey-options").textContent);

async function fetched(address) {
  const reply = await fetch(address, { headers: { Accept: "application/json" } });
  if (!reply.ok) throw new Error("The service did not answer. Try again in a moment.");
  return reply.json();
}

function explain(error) {
  if (error.name === "NotAllowedError") return "The browser stopped: nothing was chosen, or it took too long. Try again.";
  if (error.name === "InvalidStateError") return "This device already holds a passkey for you. Use another one.";
  if (error.name === "SecurityError") return "Passkeys do not work at this address. Use the address the service was set up with.";
  return error.message;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("button");
  const problem = form.querySelector("[data-problem]");
  const say = (text) => {
    problem.textContent = text;
    problem.hidden = !text;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!window.PublicKeyCredential) return say("This browser knows no passkeys.");
    button.disabled = true;
    say("");
    try {
      const ask = form.dataset.passkey === "create" ? create : use;
      const credential = await ask(await optionsOf(form));
      form.querySelector("[name=credential]").value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      say(explain(error));
      button.disabled = false;
    }
  });
}
