// @ts-check
// Upload: says that a file is too large before it is sent, and that it is being sent.

for (const form of document.querySelectorAll('form[data-upload]')) {
  const file = form.querySelector('input[type=file]');
  const note = form.querySelector('[role=status]');
  const button = form.querySelector('button');
  if (!(file instanceof HTMLInputElement) || !note || !button || !(form instanceof HTMLFormElement)) continue;
  const large = () => (file.files?.[0]?.size ?? 0) > Number(form.dataset.most) * 1048576;
  file.addEventListener('change', () => {
    file.setCustomValidity(large() ? (form.dataset.large ?? '') : '');
    note.textContent = file.validationMessage;
  });
  form.addEventListener('submit', () => {
    note.textContent = form.dataset.upload ?? '';
    button.setAttribute('aria-disabled', 'true');
  });
  for (const kind of ['dragover', 'dragleave', 'drop'])
    form.addEventListener(kind, (event) => form.classList.toggle('over', event.type === 'dragover'));
  form.addEventListener('dragover', (event) => event.preventDefault());
  form.addEventListener('drop', (event) => {
    if (!(event instanceof DragEvent) || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    file.files = event.dataTransfer.files;
    file.dispatchEvent(new Event('change'));
  });
}
