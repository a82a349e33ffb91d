import { MapView } from "../../map/map";

export default function RoutePage() {
  return (
    <div class="split">
      <section class="side" aria-label="Question and answer" />
      <MapView label="Map of the route" network={{ modes: ["rail", "sea", "barge", "road"], faint: true }} />
    </div>
  );
}
