export default function PlanPage() {
  return <p class="loading">Plan: under construction.</p>;
}
