//! `segue serve`: the server.

use crate::{
    app::App,
    cable::follower,
    config::Settings,
    http::{
        doors::{self, Limits},
        router,
    },
    ingress, jobs, wiring,
};
use anyhow::Context;
use clap::Args;
use std::time::Duration;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
};

/// How long what was accepted may take to finish after SIGTERM.
const FAREWELL: Duration = Duration::from_secs(9);

#[derive(Args)]
#[command(after_help = "Example: FRONTEND_URL=https://support.example.org segue serve")]
pub(super) struct Serve {
    #[command(flatten)]
    pub(super) settings: Settings,
}

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.settings.check().map_err(anyhow::Error::msg)?;
        let app = wiring::open(config).await?;
        let listener = TcpListener::bind(app.config.listen)
            .await
            .with_context(|| format!("cannot listen on {}", app.config.listen))?;
        tracing::info!(address = %listener.local_addr()?, url = app.config.frontend_url, "listening");
        serve(app, listener).await
    }
}

/// Serves until SIGTERM or SIGINT, then finishes what was accepted.
pub(super) async fn serve(app: App, listener: TcpListener) -> anyhow::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let receivers = ingress::smtp::open(&app).await?;
    jobs::start_sweeping(&app).await?;
    tell_how_to_begin(&app).await?;
    jobs::start_forgetting(&app).await?;
    jobs::start_erasing(&app).await?;
    jobs::start_sweeping_files(&app).await?;
    let from = follower::here(&app).await?;
    tokio::spawn(follower::follow(app.clone(), from, stopped.clone()));
    let worker = tokio::spawn(jobs::run_until_stopped(app.clone(), stopped.clone()));
    let fetching = tokio::spawn(ingress::imap::run(app.clone(), stopped.clone()));
    let receiving: JoinSet<()> =
        receivers.into_iter().map(|receiver| receiver.run(app.clone(), stopped.clone())).collect();
    tokio::spawn(async move {
        wait_for_signal().await;
        tracing::info!("stopping");
        stop.send_replace(true);
    });
    let limits = Limits::of_this_process(app.config.trusted_proxies.clone());
    let serving = doors::serve(router::router(app), listener, limits, stopped.clone());
    let mut told = stopped;
    let farewell = async move {
        let _ = told.wait_for(|stop| *stop).await;
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        served = async {
            serving.await;
            receiving.join_all().await;
            fetching.await?;
            worker.await.map_err(anyhow::Error::from)
        } => served,
        () = farewell => Ok(()),
    }
}

/// On an empty database: the address at which the first account is made, good from any machine.
async fn tell_how_to_begin(app: &App) -> anyhow::Result<()> {
    if app.desk.db.read::<_, store::Error, _>(async |tx| store::accounts::count(tx).await).await? == 0 {
        eprintln!("Make the first account: {}/app/onboarding?token={}", app.config.frontend_url, app.onboarding_token);
    }
    Ok(())
}

async fn wait_for_signal() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
