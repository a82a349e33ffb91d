export default function EditPage() {
  return <p class="loading">Edit: under construction.</p>;
}
