export default function NetworkPage() {
  return <p class="loading">Network: under construction.</p>;
}
