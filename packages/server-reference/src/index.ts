export { type AppExtras, buildApp } from "./app.ts";
export { type Clock, createMovableClock, type MovableClock } from "./clock.ts";
export { type Config, loadConfig } from "./config.ts";
export { ConfigError } from "./config-error.ts";
export type { AppContext } from "./context.ts";
export { type ContextOverrides, createContext } from "./create-context.ts";
export type { Log } from "./log.ts";
export type { Mail, Message } from "./mail.ts";
export { type RunningServer, startServer } from "./main.ts";
