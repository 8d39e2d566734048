// Asks for an API key. The form stays until one works.

const $ = (id) => document.getElementById(id);

/** Calls `use(key)` for what is typed until that does not throw. */
export function askForKey(use) {
  const dialog = $("sign-in");
  const form = dialog.querySelector("form");
  $("sign-in-problem").hidden = true;
  if (!dialog.open) dialog.showModal();
  $("key").focus();
  return new Promise((done) => {
    const stay = (event) => event.preventDefault();
    const submit = async (event) => {
      event.preventDefault();
      try {
        await use($("key").value.trim());
      } catch (problem) {
        $("sign-in-problem").hidden = false;
        $("sign-in-problem").textContent = problem.detail ?? "This key cannot be checked now. Try again.";
        return $("key").select();
      }
      $("key").value = "";
      form.removeEventListener("submit", submit);
      dialog.removeEventListener("cancel", stay);
      dialog.close();
      done();
    };
    form.addEventListener("submit", submit);
    dialog.addEventListener("cancel", stay);
  });
}
