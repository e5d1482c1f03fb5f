// Puts the question on the page to the device, and sends the answer with the form. It asks the server for nothing.
const form = document.querySelector("form[data-passkey]");
const { PublicKeyCredential: keys } = window;

if (form && keys?.parseRequestOptionsFromJSON && keys.parseCreationOptionsFromJSON) {
  const show = (name, shown) => {
    for (const part of form.querySelectorAll(`[data-${name}]`)) part.hidden = !shown;
  };
  const ask = async () => {
    const question = JSON.parse(form.dataset.options);
    return form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: keys.parseCreationOptionsFromJSON(question) })
      : await navigator.credentials.get({ publicKey: keys.parseRequestOptionsFromJSON(question) });
  };
  show("without", false);
  show("with", true);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    show("failed", false);
    try {
      const key = await ask();
      form.elements.answer.value = JSON.stringify(key.toJSON());
      form.submit();
    } catch {
      show("failed", true);
    }
  });
}
