"""Addresses: https://one.example/a https://two.example/b https://three.example/c"""

from abc import ABC, abstractmethod


class Base(ABC):
    @abstractmethod
    def run(self) -> int: ...


class One(Base):
    def run(self) -> int:
        return 1


class Two(Base):
    def run(self) -> int:
        return 2


class Three(Base):
    def run(self) -> int:
        return 3


def alpha(first: int) -> One:
    """Doc of Alpha."""
    return One()


def beta(first: int) -> Two:
    """Doc of Beta."""
    alpha(first)
    return Two()


def gamma(first: int) -> Three:
    """Doc of Gamma."""
    beta(first)
    return Three()
