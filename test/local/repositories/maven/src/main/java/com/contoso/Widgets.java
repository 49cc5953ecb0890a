package com.contoso;

import java.util.Scanner;

public class Widgets {
  public static void main(String[] args) {
    System.out.println(
        new Scanner(Widgets.class.getResourceAsStream("/greeting.txt")).nextLine());
  }
}
