"""Which addresses are public."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.messages.public_address import is_public


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:829::200e"]
)
def test_public(address: str) -> None:
    """Addresses of the internet are public."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("127.0.0.1", id="loopback"),
        pytest.param("127.8.9.10", id="loopback, all of it"),
        pytest.param("0.0.0.0", id="any address of this host"),
        pytest.param("10.1.2.3", id="private, class A"),
        pytest.param("172.16.0.1", id="private, class B"),
        pytest.param("192.168.1.1", id="private, class C"),
        pytest.param("100.64.0.1", id="a carrier's"),
        pytest.param("169.254.169.254", id="link-local: where clouds tell secrets"),
        pytest.param("192.0.2.1", id="documentation"),
        pytest.param("198.18.0.1", id="benchmarks"),
        pytest.param("224.0.0.1", id="multicast"),
        pytest.param("233.252.1.1", id="multicast that is global"),
        pytest.param("240.0.0.1", id="reserved"),
        pytest.param("255.255.255.255", id="broadcast"),
        pytest.param("::1", id="loopback, version 6"),
        pytest.param("::", id="any address, version 6"),
        pytest.param("fe80::1", id="link-local, version 6"),
        pytest.param("fe80::1%eth0", id="link-local with its scope"),
        pytest.param("fc00::1", id="unique local"),
        pytest.param("fd00:ec2::254", id="unique local: where clouds tell secrets"),
        pytest.param("fec0::1", id="site-local"),
        pytest.param("ff02::1", id="multicast, version 6"),
        pytest.param("2001:db8::1", id="documentation, version 6"),
        pytest.param("::ffff:127.0.0.1", id="loopback in version 6"),
        pytest.param("::ffff:10.0.0.1", id="private in version 6"),
        pytest.param("::127.0.0.1", id="loopback, as compatible once was"),
        pytest.param("64:ff9b::7f00:1", id="loopback through NAT64"),
        pytest.param("64:ff9b::a9fe:a9fe", id="link-local through NAT64"),
        pytest.param("2002:7f00:1::", id="loopback through 6to4"),
        pytest.param("2002:a00:1::1", id="private through 6to4"),
        pytest.param("2001:0:a00:1::1", id="private through Teredo"),
        pytest.param("2130706433", id="a number"),
        pytest.param("0x7f.1", id="a hexadecimal number"),
        pytest.param("127.1", id="a short form"),
        pytest.param("example.com", id="a name"),
        pytest.param("", id="nothing"),
    ],
)
def test_not_public(address: str) -> None:
    """Addresses of this host, this network and no network are not, however they are written."""
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_disguises(address: object) -> None:
    """An address of version 4 is as public in version 6 as it is by itself."""
    assert is_public(f"::ffff:{address}") == is_public(str(address))
    assert is_public(f"64:ff9b::{address}") == is_public(str(address))
