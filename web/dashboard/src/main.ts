// The desk starts here.
import "@segue/ui/tokens.css";
import "./base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { router } from "./lib/router.svelte";
import { session } from "./stores/session.svelte";

router.start();
void session.start();

const target = document.getElementById("app");
if (target) mount(App, { target });
