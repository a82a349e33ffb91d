export default function SimulatePage() {
  return <p class="loading">Simulate: under construction.</p>;
}
