import { render } from "preact";
import "./style/tokens.css";
import "./style/fonts.css";
import "./style/controls.css";
import "./style/base.css";
import "./style/print.css";
import { Shell } from "./shell/shell";

const root = document.getElementById("app");
if (root) render(<Shell />, root);
