//! The one way to a host that a user supplied (contract §9): its name is resolved once, addresses that only this machine
//! or its network can reach are refused, and the connection goes to the very address that was looked at.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

/// How long resolving may take, and connecting to one address.
const PATIENCE: Duration = Duration::from_secs(15);
/// Addresses of one name that are tried.
const MOST_TRIED: usize = 4;

/// Whom a user may send us to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Private addresses too: `SAFE_FETCH_ALLOW_PRIVATE_NETWORK`.
    pub private: bool,
}

/// Why a host cannot be reached. The words are for whoever supplied it, and say nothing about our network.
#[derive(Debug, thiserror::Error)]
pub enum Unreachable {
    /// It has no address.
    #[error("{0} has no address; is the name right?")]
    Unknown(String),
    /// Only this machine or its network can reach it.
    #[error(
        "{0} is in a private network. The operator of this installation can allow that: SAFE_FETCH_ALLOW_PRIVATE_NETWORK=true"
    )]
    Private(String),
    /// Nobody answers.
    #[error("{0}")]
    Silent(String),
}

/// An open connection, and whether it stays in a private network.
#[derive(Debug)]
pub struct Reached {
    /// The connection.
    pub stream: TcpStream,
    /// The other end is this machine, or in its network.
    pub private: bool,
}

impl Reach {
    /// Connects to that host, by name or address.
    ///
    /// # Errors
    /// It has no address, none that users may reach, or does not answer there.
    pub async fn connect(self, host: &str, port: u16) -> Result<Reached, Unreachable> {
        let mut last = None;
        for address in self.resolve(host, port).await?.into_iter().take(MOST_TRIED) {
            let connected = timeout(PATIENCE, TcpStream::connect(address)).await;
            match connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
                Ok(stream) => {
                    // Only costs a little speed where it fails.
                    let _ = stream.set_nodelay(true);
                    return Ok(Reached { stream, private: standing(address.ip()) != Standing::Public });
                }
                Err(error) => last = Some(error),
            }
        }
        let why = match last.map(|error| error.kind()) {
            Some(io::ErrorKind::ConnectionRefused) => "refuses the connection. Is the port right?",
            Some(io::ErrorKind::TimedOut) => "does not answer. Is the port right, and does a firewall let it through?",
            _ => "cannot be reached.",
        };
        Err(Unreachable::Silent(format!("{host}:{port} {why}")))
    }

    /// The addresses of that host which users may reach, the resolver's favourites first.
    async fn resolve(self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Unreachable> {
        let unknown = || Unreachable::Unknown(host.to_owned());
        let name = host.trim_start_matches('[').trim_end_matches(']');
        let found: Vec<SocketAddr> = match timeout(PATIENCE, lookup_host((name, port))).await {
            Ok(Ok(found)) => found.collect(),
            _ => return Err(unknown()),
        };
        if found.is_empty() {
            return Err(unknown());
        }
        let open: Vec<SocketAddr> = found.into_iter().filter(|address| self.allows(address.ip())).collect();
        if open.is_empty() { Err(Unreachable::Private(host.to_owned())) } else { Ok(open) }
    }

    /// Whether users may send us to that address.
    #[must_use]
    pub fn allows(self, address: IpAddr) -> bool {
        match standing(address) {
            Standing::Public => true,
            Standing::Private => self.private,
            Standing::Never => false,
        }
    }
}

/// Who can reach an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Everybody.
    Public,
    /// This machine or its network.
    Private,
    /// Nobody has business there: metadata services of clouds, groups, nothing at all.
    Never,
}

/// Private: RFC 1918, RFC 6598, RFC 1122 loopback.
const PRIVATE_V4: &[(u32, u8)] =
    &[(0x0a00_0000, 8), (0xac10_0000, 12), (0xc0a8_0000, 16), (0x6440_0000, 10), (0x7f00_0000, 8)];
/// "This network", link-local with the metadata services, protocol assignments, documentation, 6to4 relays, benchmarks,
/// groups, reserved (RFC 6890).
const NEVER_V4: &[(u32, u8)] = &[
    (0x0000_0000, 8),
    (0xa9fe_0000, 16),
    (0xc000_0000, 24),
    (0xc000_0200, 24),
    (0xc058_6300, 24),
    (0xc612_0000, 15),
    (0xc633_6400, 24),
    (0xcb00_7100, 24),
    (0xe000_0000, 4),
    (0xf000_0000, 4),
];
/// Loopback and unique local addresses (RFC 4193).
const PRIVATE_V6: &[(u128, u8)] = &[(1, 128), (0xfc << 120, 7)];
/// Protocol assignments with Teredo, documentation, 6to4, documentation, the metadata service of AWS.
const NEVER_V6: &[(u128, u8)] =
    &[(0x2001 << 112, 23), (0x2001_0db8 << 96, 32), (0x2002 << 112, 16), (0x3fff << 112, 20), (0xfd00_0ec2 << 96, 32)];
/// Global unicast (RFC 4291 §2.4): whatever else lies outside has no business here.
const GLOBAL_V6: (u128, u8) = (0x2000 << 112, 3);
/// IPv4 addresses in IPv6 ones: mapped (RFC 4291 §2.5.5.2), and by NAT64 (RFC 6052).
const WITH_V4: &[(u128, u8)] = &[(0xffff << 32, 96), (0x0064_ff9b << 96, 96)];

fn standing(address: IpAddr) -> Standing {
    match address {
        IpAddr::V4(address) if within_v4(NEVER_V4, address) => Standing::Never,
        IpAddr::V4(address) if within_v4(PRIVATE_V4, address) => Standing::Private,
        IpAddr::V4(_) => Standing::Public,
        IpAddr::V6(address) if within_v6(WITH_V4, address) => {
            let [.., a, b, c, d] = address.octets();
            standing(Ipv4Addr::new(a, b, c, d).into())
        }
        IpAddr::V6(address) if within_v6(NEVER_V6, address) => Standing::Never,
        IpAddr::V6(address) if within_v6(PRIVATE_V6, address) => Standing::Private,
        IpAddr::V6(address) if within_v6(&[GLOBAL_V6], address) => Standing::Public,
        IpAddr::V6(_) => Standing::Never,
    }
}

fn within_v4(networks: &[(u32, u8)], address: Ipv4Addr) -> bool {
    networks.iter().any(|(network, length)| {
        Ipv4Net::new(Ipv4Addr::from_bits(*network), *length)
            .is_ok_and(|network| IpNet::V4(network).contains(&IpAddr::V4(address)))
    })
}

fn within_v6(networks: &[(u128, u8)], address: Ipv6Addr) -> bool {
    networks.iter().any(|(network, length)| {
        Ipv6Net::new(Ipv6Addr::from_bits(*network), *length)
            .is_ok_and(|network| IpNet::V6(network).contains(&IpAddr::V6(address)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stand_where_they_belong() {
        let rows = [
            ("93.184.216.34", Standing::Public),
            ("2606:2800:220:1::1", Standing::Public),
            ("64:ff9b::5db8:d822", Standing::Public),
            ("::ffff:93.184.216.34", Standing::Public),
            ("127.0.0.1", Standing::Private),
            ("127.8.8.8", Standing::Private),
            ("10.1.2.3", Standing::Private),
            ("172.31.255.255", Standing::Private),
            ("172.32.0.1", Standing::Public),
            ("192.168.1.1", Standing::Private),
            ("100.64.0.1", Standing::Private),
            ("100.128.0.1", Standing::Public),
            ("::1", Standing::Private),
            ("fd12:3456::1", Standing::Private),
            ("::ffff:127.0.0.1", Standing::Private),
            ("::ffff:10.0.0.1", Standing::Private),
            ("64:ff9b::7f00:1", Standing::Private),
            ("169.254.169.254", Standing::Never),
            ("::ffff:169.254.169.254", Standing::Never),
            ("64:ff9b::a9fe:a9fe", Standing::Never),
            ("fd00:ec2::254", Standing::Never),
            ("0.0.0.0", Standing::Never),
            ("0.1.2.3", Standing::Never),
            ("::", Standing::Never),
            ("::7f00:1", Standing::Never),
            ("fe80::1", Standing::Never),
            ("fec0::1", Standing::Never),
            ("ff02::1", Standing::Never),
            ("224.0.0.1", Standing::Never),
            ("255.255.255.255", Standing::Never),
            ("198.18.0.1", Standing::Never),
            ("2002:7f00:1::", Standing::Never),
            ("2001:0:7f00:1::", Standing::Never),
            ("2001:db8::1", Standing::Never),
        ];
        for (address, expected) in rows {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(standing(address), expected, "{address}");
            assert_eq!(Reach { private: false }.allows(address), expected == Standing::Public, "{address}");
            assert_eq!(Reach { private: true }.allows(address), expected != Standing::Never, "{address}");
        }
    }

    #[tokio::test]
    async fn a_host_of_our_own_is_refused_before_anything_is_sent() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        for host in ["127.0.0.1", "localhost", "0.0.0.0", "2130706433", "0x7f.1"] {
            let refused = Reach { private: false }.connect(host, port).await;
            assert!(matches!(refused, Err(Unreachable::Private(_) | Unreachable::Unknown(_))), "{host}: {refused:?}");
        }
        let came = timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(came.is_err(), "nobody was to connect");
        let reached = Reach { private: true }.connect("127.0.0.1", port).await.unwrap();
        assert!(reached.private);
        let metadata = Reach { private: true }.connect("169.254.169.254", 80).await;
        assert!(matches!(metadata, Err(Unreachable::Private(_))), "{metadata:?}");
    }
}
