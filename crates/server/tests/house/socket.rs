//! A client of the cable, on a real socket: the house listens on a loopback port and follows its events.

use super::House;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use server::{app::App, cable::follower, http::router};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// A node that listens; it stops with this value.
pub struct Node {
    address: SocketAddr,
    pub stop: watch::Sender<bool>,
}

impl House {
    /// Lets the house listen.
    pub async fn listens(&self) -> Node {
        Node::of(self.app.clone()).await
    }
}

impl Node {
    pub async fn of(app: App) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let (stop, stopped) = watch::channel(false);
        let from = follower::here(&app).await.expect("the end of the log");
        tokio::spawn(follower::follow(app.clone(), from, stopped));
        let service = router::router(app).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { address, stop }
    }

    /// A socket that was welcomed.
    pub async fn socket(&self) -> Socket {
        let mut request = format!("ws://{}/cable", self.address).into_client_request().expect("a request");
        let protocol = "actioncable-v1-json, actioncable-unsupported".parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let (stream, response) = connect_async(request).await.expect("a socket");
        assert_eq!(response.headers()["sec-websocket-protocol"], "actioncable-v1-json");
        let mut socket = Socket { stream, identifier: String::new() };
        assert_eq!(socket.frame().await, json!({"type": "welcome"}));
        socket
    }

    /// A socket that subscribes with these parameters, and whether it was let.
    pub async fn subscribes(&self, params: Value) -> Result<Socket, Socket> {
        let mut socket = self.socket().await;
        let mut identifier = params;
        identifier["channel"] = json!("RoomChannel");
        socket.identifier = identifier.to_string();
        socket.send(json!({"command": "subscribe", "identifier": socket.identifier})).await;
        let answer = socket.frame().await;
        assert_eq!(answer["identifier"], socket.identifier.as_str());
        match answer["type"].as_str() {
            Some("confirm_subscription") => Ok(socket),
            Some("reject_subscription") => Err(socket),
            _ => panic!("{answer}"),
        }
    }
}

/// One client.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    identifier: String,
}

impl Socket {
    pub async fn send(&mut self, frame: Value) {
        self.stream.send(Message::Text(frame.to_string().into())).await.expect("a sent frame");
    }

    pub async fn performs(&mut self, data: Value) {
        let frame = json!({"command": "message", "identifier": self.identifier, "data": data.to_string()});
        self.send(frame).await;
    }

    /// The next frame that is no ping.
    pub async fn frame(&mut self) -> Value {
        self.try_frame().await.expect("an open socket")
    }

    /// The next frame that is no ping; `None` when the server ended the socket.
    pub async fn try_frame(&mut self) -> Option<Value> {
        loop {
            let heard = tokio::time::timeout(Duration::from_secs(20), self.stream.next()).await;
            let text = match heard.expect("a frame in time") {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => continue,
            };
            let frame: Value = serde_json::from_str(&text).expect("JSON");
            if frame["type"] != "ping" {
                return Some(frame);
            }
        }
    }

    /// The next event of that name; those before it are passed over.
    pub async fn hears(&mut self, event: &str) -> Value {
        loop {
            let frame = self.frame().await;
            if frame["message"]["event"] == event {
                assert_eq!(frame["identifier"], self.identifier.as_str());
                return frame["message"]["data"].clone();
            }
        }
    }

    /// The names of the next events, up to and with `last`, and all that was said in them.
    pub async fn hears_until(&mut self, last: &str, words: &str) -> (Vec<String>, String) {
        let (mut names, mut said) = (Vec::new(), String::new());
        loop {
            let frame = self.frame().await;
            let event = frame["message"]["event"].as_str().unwrap_or_default().to_owned();
            said.push_str(&frame.to_string());
            let done = event == last && frame["message"]["data"]["content"] == words;
            names.push(event);
            if done {
                return (names, said);
            }
        }
    }
}
