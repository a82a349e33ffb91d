export * from "./http";
export * from "./jobs";
export * from "./types";
export * from "./world";
